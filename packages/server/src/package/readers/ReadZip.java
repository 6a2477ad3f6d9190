import java.io.*;
import java.nio.file.*;
import java.util.zip.*;

/** Prints name, size and CRC-32 of every entry, read whole, once by the directory and once front to back. */
public class ReadZip {
  public static void main(String[] args) throws IOException {
    try (ZipFile zip = new ZipFile(args[0])) {
      for (ZipEntry entry : zip.stream().toList()) print("ZipFile", entry, zip.getInputStream(entry));
    }
    try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(Path.of(args[0]))))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) print("ZipInputStream", entry, zip);
    }
  }

  static void print(String reader, ZipEntry entry, InputStream bytes) throws IOException {
    CRC32 crc = new CRC32();
    long size = 0;
    byte[] buffer = new byte[1 << 20];
    for (int n; (n = bytes.read(buffer)) > 0; size += n) crc.update(buffer, 0, n);
    System.out.printf("%s %s %d %08x%n", reader, entry.getName(), size, crc.getValue());
  }
}
