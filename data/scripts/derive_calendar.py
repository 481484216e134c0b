#!/usr/bin/env python3
"""Writes a Russian region pack's `calendar.csv`: how the year departs from a Monday–Friday week.

The days come from the PyPI package `holidays` (MIT), which names the government order of each year's transfers in
its source. Only departures are written: a holiday on a Saturday or Sunday changes nothing and is left out.

    pip install -r data/scripts/requirements.txt
    python3 data/scripts/derive_calendar.py data/khabarovsk/calendar.csv

Days that a presidential decree made "non-working with pay kept" (30 March – 30 April, 6–8 May, 24 June and 1 July 2020;
4–7 May and 30 October – 7 November 2021) are working days here: they are neither days off nor holidays under the
Labour Code, and the statutory terms of answering citizens ran on through them.
"""

import csv
import datetime
import sys

import holidays

FIRST_YEAR = 2013
LAST_YEAR = 2027

# Labour Code, art. 112: a holiday on a Saturday moves the day off to the next working day. The package applies this
# to Saturdays from 2015 only; in 2014 it concerned 8 March (23 February was moved to 3 November by the government).
MISSING_IN_PACKAGE = {datetime.date(2014, 3, 10): "Международный женский день (выходной)"}

LABOUR_CODE = "Трудовой кодекс РФ, статья 112"


def government_order(year):
    return f"Постановление Правительства РФ о переносе выходных дней в {year} году"


def days():
    russia = holidays.Russia(years=range(FIRST_YEAR, LAST_YEAR + 1), language="ru")
    named = dict(russia.items()) | MISSING_IN_PACKAGE
    for date, name in named.items():
        if date.weekday() < 5:
            transferred = "перенесено" in name
            yield date, "off", name, government_order(date.year) if transferred else LABOUR_CODE
    for date in russia.weekend_workdays:
        yield date, "working", "Рабочий день (выходной перенесён)", government_order(date.year)


def main():
    with open(sys.argv[1], "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["date", "day", "name_ru", "source"])
        writer.writerows(sorted(days()))


if __name__ == "__main__":
    main()
