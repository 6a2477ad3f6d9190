/** A number of a JSON text as it stands there: 64-bit ids and decimals do not survive as floating-point numbers. */
export class RawNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}
