"""The analysis as people do it in a notebook: a fixed-width reader into a dataframe, rows counted by process."""
import sys

import pandas

frame = pandas.read_fwf(sys.argv[1])
print(frame["PID"].value_counts().head(20))
