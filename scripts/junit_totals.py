"""Prints `tests failures` of one JUnit file, as gtest and pytest write them; skipped tests count as failures."""

import sys
import xml.etree.ElementTree as xml

root = xml.parse(sys.argv[1]).getroot()
suites = [root] if root.tag == "testsuite" else root.findall("testsuite")
tests = sum(int(s.get("tests", 0)) for s in suites)
bad = sum(int(s.get(k, 0)) for s in suites for k in ("failures", "errors", "skipped", "disabled"))
print(tests, bad)
