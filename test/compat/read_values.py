"""Prints all values of a CSV as JSON, as Python's csv module and as pandas read them.

pandas as a careful consumer calls it: it would otherwise take the text NA for a missing value and 2^63-1 for a float.
"""

import csv
import json
import sys

import pandas as pd

csv.field_size_limit(1 << 30)
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    records = list(csv.reader(file))

df = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False, na_values=[], header=None)
print(json.dumps({"csv": records, "pandas": df.values.tolist()}))
