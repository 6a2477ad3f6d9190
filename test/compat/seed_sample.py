"""The sample consumer of the setup page, step by step; what it would have printed and loaded is printed as JSON.

usage: seed_sample.py <endpoint> <region> <bucket> <task id> <folder>   (the key pair comes in ACCESS_KEY and SECRET_KEY)
"""

import json
import os
import sys
import zipfile

import boto3
import pandas as pd
from botocore.config import Config

ENDPOINT, REGION, BUCKET_NAME, TASK_ID, LOCAL_DOWNLOAD_PATH = sys.argv[1:]

s3_client = boto3.client(
    "s3",
    endpoint_url=ENDPOINT,
    region_name=REGION,
    aws_access_key_id=os.environ["ACCESS_KEY"],
    aws_secret_access_key=os.environ["SECRET_KEY"],
    config=Config(s3={"addressing_style": "path"}),
)

# 1. Download sync_log file
log_obj = s3_client.get_object(Bucket=BUCKET_NAME, Key=f"reports/{TASK_ID}/sync_log_{TASK_ID}.csv")
log_df = pd.read_csv(log_obj["Body"])

# 2. Filter successful records (status = 6 means success)
success_logs = log_df[log_df["Status"] == 6]

# 3. Get the latest successful record
latest_record = success_logs.sort_values("File Send Time").iloc[-1]
file_name = latest_record["File Name"]

# 4. Download zip package
os.makedirs(LOCAL_DOWNLOAD_PATH, exist_ok=True)
zip_path = os.path.join(LOCAL_DOWNLOAD_PATH, file_name)
s3_client.download_file(BUCKET_NAME, f"reports/{TASK_ID}/{file_name}", zip_path)

# 5. Extract files
with zipfile.ZipFile(zip_path, "r") as z:
    damaged = z.testzip()
    z.extractall(LOCAL_DOWNLOAD_PATH)
    extracted_files = z.namelist()

# 6. Parse CSVs
tables = []
for f in extracted_files:
    if f.endswith(".csv"):
        df = pd.read_csv(os.path.join(LOCAL_DOWNLOAD_PATH, f))
        tables.append(
            {
                "file": f,
                "rows": len(df),
                "dtypes": {name: str(dtype) for name, dtype in df.dtypes.items()},
                "sums": {name: float(total) for name, total in df.sum(numeric_only=True).items()},
                "first": {name: str(values.min()) for name, values in df.items()},
                "last": {name: str(values.max()) for name, values in df.items()},
            }
        )

print(
    json.dumps(
        {
            "log": {
                "columns": list(log_df.columns),
                "dtypes": {name: str(dtype) for name, dtype in log_df.dtypes.items()},
                "statuses": log_df["Status"].tolist(),
            },
            "fileName": file_name,
            "fileSize": int(latest_record["File Size (B)"]),
            "zipPath": zip_path,
            "damaged": damaged,
            "files": extracted_files,
            "tables": tables,
        }
    )
)
