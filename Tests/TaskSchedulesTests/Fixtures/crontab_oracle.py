#!/usr/bin/env python3
"""Says when random crontab lines fire around changes of the clocks, minute by minute.

Written to be compared with tq's schedules and to share nothing with them: zones are Python's, a line
is made together with its meaning instead of being read, and every minute is looked at.

    crontab_oracle.py SEED CASES           a line a case, for the test
    crontab_oracle.py SEED CASES --show N  the firings of case N, for a person

The fields of a line, parted by tabs: crontab, zone, semantics, dst_gap, dst_overlap, the window's first
and last second, how many firings there are after the first and up to the last, their checksum, and
whether the line never fires at all.
"""

import calendar
import datetime
import random
import sys
import zoneinfo

ZONES = """
Africa/Cairo Africa/Casablanca Africa/El_Aaiun Africa/Juba America/Asuncion America/Caracas
America/Havana America/Los_Angeles America/Mexico_City America/New_York America/Nuuk America/Santiago
America/Sao_Paulo America/Scoresbysund America/St_Johns Antarctica/Casey Antarctica/Troll Asia/Almaty
Asia/Amman Asia/Beirut Asia/Gaza Asia/Kathmandu Asia/Kolkata Asia/Pyongyang Asia/Tehran
Australia/Adelaide Australia/Lord_Howe Australia/Sydney Europe/Berlin Europe/Dublin Europe/Istanbul
Europe/London Europe/Moscow Europe/Volgograd Pacific/Apia Pacific/Auckland Pacific/Chatham
Pacific/Easter Pacific/Fiji Pacific/Norfolk UTC
""".split()
FIRST_YEARS = [2026, 2041]
YEARS = (1985, 2090)
AROUND = 14 * 60
LINES_A_WINDOW = 20
LONG_DAYS = 40
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DAYS = "sun mon tue wed thu fri sat".split()
MASK = 2**64 - 1


class Minute:
    """A minute that passes, as a clock in the zone shows it."""

    __slots__ = ("epoch", "hour", "minute", "day", "second_pass", "skipped")

    def __init__(self, epoch, local, skipped):
        self.epoch = epoch
        self.hour = local.hour
        self.minute = local.minute
        self.day = day_of(local)
        self.second_pass = local.fold == 1
        self.skipped = skipped


def minutes_of(zone, first, last):
    """Each minute from one to another, with what the clocks skipped just before it."""
    minutes = []
    step = datetime.timedelta(minutes=1)
    before = None
    for epoch in range(first - 60, last + 1, 60):
        local = datetime.datetime.fromtimestamp(epoch, zone)
        naive = local.replace(tzinfo=None, fold=0)
        skipped = []
        if before is not None:
            shown = before + step
            while shown < naive:
                skipped.append((shown.hour, shown.minute, day_of(shown)))
                shown += step
            minutes.append(Minute(epoch, local, skipped))
        before = naive
    return minutes


def changes_of(zone, year):
    """The whole hours of a year in which the offset changes."""
    hours = []
    before = None
    start = calendar.timegm((year, 1, 1, 0, 0, 0))
    for epoch in range(start, start + 366 * 86400, 3600):
        offset = datetime.datetime.fromtimestamp(epoch, zone).utcoffset()
        if before is not None and offset != before:
            hours.append(epoch)
        before = offset
    return hours


def day_of(time):
    return time.year, time.month, time.day


def weekday(year, month, day):
    return (calendar.weekday(year, month, day) + 1) % 7


def workday_nearest(year, month, day):
    length = calendar.monthrange(year, month)[1]
    for distance in range(3):
        for candidate in (day - distance, day + distance):
            if 1 <= candidate <= length and weekday(year, month, candidate) in range(1, 6):
                return candidate


class Line:
    """A crontab line and what it means."""

    def __init__(self, rng, hours, day):
        self.semantics = rng.choice(["cron", "cron", "cron", "celery"])
        self.gap = rng.choice(["run", "run", "skip"])
        self.overlap = rng.choice(["once", "once", "twice"])
        self.rng = rng
        fields = []
        self.seconds = {0}
        if rng.random() < 0.1:
            text, self.seconds = self.numbers(0, 59, [])
            if len(self.seconds) > 8:
                text, self.seconds = "7,0", {0, 7}
            fields.append(text)
        text, self.minutes = self.numbers(0, 59, [0, 15, 30, 59])
        if len(self.minutes) > 20 and rng.random() < 0.9:
            text, self.minutes = "13", {13}
        fields.append(text)
        text, self.hours = self.numbers(0, 23, hours)
        self.any_hour = text.startswith("*")
        fields.append(text)
        # Most lines shall have something to do on the day of the change.
        for _ in range(rng.choice([1, 12, 12])):
            days = self.day_fields(day[1])
            if self.fits_day(day):
                break
        self.text = " ".join(fields + days)

    def day_fields(self, month):
        date, self.day_of_month = self.days_of_month()
        months, self.months = self.month_field(month)
        week, self.day_of_week = self.days_of_week()
        self.free_day, self.free_weekday = date[0] in "*?", week[0] in "*?"
        self.known = {}
        return [date, months, week]

    def numbers(self, low, high, likely):
        """A field of numbers, and the set it means."""
        if self.rng.random() < 0.25:
            return "*", set(range(low, high + 1))
        parts, meaning = [], set()
        for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
            text, numbers = self.part(low, high, likely)
            parts.append(text)
            meaning |= numbers
        return ",".join(parts), meaning

    def part(self, low, high, likely):
        everything = list(range(low, high + 1))
        kind = self.rng.choice(["one", "one", "range", "range/", "*/", "*"] if low == 0 else ["one"])
        if kind == "one":
            number = self.rng.choice(likely or everything)
            return str(number), {number}
        step = self.rng.choice([2, 3, 5, 7, 10, 15, 30])
        if kind == "*/":
            return f"*/{step}", set(everything[::step])
        if kind == "*":
            return "*", set(everything)
        first = self.rng.choice(likely or everything)
        length = self.rng.randrange(1, 7)
        last = first + length
        wrapped = last - len(everything) if last > high else last
        numbers = [n - len(everything) if n > high else n for n in range(first, last + 1)]
        if kind == "range":
            return f"{first}-{wrapped}", set(numbers)
        return f"{first}-{wrapped}/{step}", set(numbers[::step])

    def days_of_month(self):
        """A field, and functions of which one has to be true of (year, month, day)."""
        kind = self.rng.choice(["*"] * 6 + ["?", "*/", "one", "range", "L", "L-", "LW", "W", "list"])
        if kind in "*?":
            return kind, [lambda y, m, d: True]
        if kind == "*/":
            step = self.rng.randrange(2, 6)
            return f"*/{step}", [lambda y, m, d: (d - 1) % step == 0]
        if kind == "range":
            first = self.rng.randrange(1, 31)
            last = self.rng.randrange(first, 32)
            return f"{first}-{last}", [lambda y, m, d: first <= d <= last]
        if kind == "list":
            parts = [self.day_of_month_part(k) for k in self.rng.sample(["one", "L", "W", "LW"], 2)]
        else:
            parts = [self.day_of_month_part(kind)]
        return ",".join(p[0] for p in parts), [p[1] for p in parts]

    def day_of_month_part(self, kind):
        if kind == "L":
            return "L", lambda y, m, d: d == calendar.monthrange(y, m)[1]
        if kind == "L-":
            back = self.rng.randrange(1, 9)
            return f"L-{back}", lambda y, m, d: d == calendar.monthrange(y, m)[1] - back
        if kind == "LW":
            return "lw", lambda y, m, d: d == workday_nearest(y, m, calendar.monthrange(y, m)[1])
        day = self.rng.randrange(1, 32)
        if kind == "W":
            return f"{day}W", lambda y, m, d: (
                day <= calendar.monthrange(y, m)[1] and d == workday_nearest(y, m, day)
            )
        return str(day), lambda y, m, d: d == day

    def days_of_week(self):
        kind = self.rng.choice(["*"] * 6 + ["?", "*/2", "one", "range", "L", "#", "list"])
        if kind in "*?":
            return kind, [lambda y, m, d: True]
        if kind == "*/2":
            return kind, [lambda y, m, d: weekday(y, m, d) % 2 == 0]
        kinds = self.rng.sample(["one", "range", "L", "#"], 2) if kind == "list" else [kind]
        parts = [self.day_of_week_part(k) for k in kinds]
        return ",".join(p[0] for p in parts), [p[1] for p in parts]

    def day_of_week_part(self, kind):
        day = self.rng.randrange(7)
        name = self.day_name(day)
        if kind == "one":
            return name, lambda y, m, d: weekday(y, m, d) == day
        if kind == "range":
            days = [(day + n) % 7 for n in range(self.rng.randrange(2, 6))]
            return f"{DAYS[day]}-{DAYS[days[-1]]}", lambda y, m, d: weekday(y, m, d) in days
        if kind == "L":
            return f"{name}L", lambda y, m, d: (
                weekday(y, m, d) == day and d + 7 > calendar.monthrange(y, m)[1]
            )
        nth = self.rng.randrange(1, 6)
        return f"{name}#{nth}", lambda y, m, d: weekday(y, m, d) == day and (d + 6) // 7 == nth

    def day_name(self, day):
        names = [str(day), DAYS[day], DAYS[day].capitalize()]
        if day == 0 and self.semantics == "cron":
            names.append("7")
        return self.rng.choice(names)

    def month_field(self, month):
        if self.rng.random() < 0.7:
            return "*", set(range(1, 13))
        first = self.rng.choice([month, self.rng.randrange(1, 13)])
        if self.rng.random() < 0.5:
            return self.rng.choice([str(first), MONTHS[first - 1]]), {first}
        months = [(first - 1 + n) % 12 + 1 for n in range(4)]
        return f"{MONTHS[first - 1]}-{MONTHS[months[-1] - 1]}", set(months)

    def fits_day(self, day):
        if day not in self.known:
            by_date = any(test(*day) for test in self.day_of_month)
            by_week = any(test(*day) for test in self.day_of_week)
            both = self.semantics == "celery" or self.free_day or self.free_weekday
            fits = (by_date and by_week) if both else (by_date or by_week)
            self.known[day] = day[1] in self.months and fits
        return self.known[day]

    def fits(self, hour, minute, day):
        return minute in self.minutes and hour in self.hours and self.fits_day(day)

    def firings(self, minutes):
        """The rule of the manual, a minute at a time."""
        found = set()
        for minute in minutes:
            if minute.skipped and not self.any_hour and self.gap == "run":
                if any(self.fits(*skipped) for skipped in minute.skipped):
                    found.add(minute.epoch)
            if not self.fits(minute.hour, minute.minute, minute.day):
                continue
            if minute.second_pass and not self.any_hour and self.overlap == "once":
                continue
            found |= {minute.epoch + second for second in self.seconds}
        return sorted(found)

    def never_fires(self):
        """Looks at 28 years, in which each month has begun with each day of the week."""
        return not any(
            self.fits_day((year, month, day))
            for year in range(2000, 2028)
            for month in self.months
            for day in range(1, calendar.monthrange(year, month)[1] + 1)
        )


def windows(rng):
    """Without end: (zone's name, its minutes, hours to choose from, a day)."""
    year_number = 0
    while True:
        if year_number < len(FIRST_YEARS):
            year = FIRST_YEARS[year_number]
        else:
            year = rng.randrange(*YEARS)
        year_number += 1
        for name in ZONES:
            zone = zoneinfo.ZoneInfo(name)
            changes = changes_of(zone, year)
            middle = calendar.timegm((year, rng.randrange(1, 13), 15, 12, 0, 0))
            for change in rng.sample(changes, 2) if len(changes) > 2 else changes or [middle]:
                first = change - AROUND * 60 + rng.randrange(600) * 60
                local = datetime.datetime.fromtimestamp(change, zone)
                hours = [(local.hour + n) % 24 for n in range(-4, 3)] + [0, 23]
                yield name, minutes_of(zone, first, change + AROUND * 60), hours, day_of(local)
            if rng.random() < 0.05:
                days = LONG_DAYS * 86400
                yield name, minutes_of(zone, middle, middle + days), [0, 12], day_of(local)


def cases(seed, count):
    rng = random.Random(seed)
    number = 0
    for name, minutes, hours, day in windows(rng):
        for _ in range(LINES_A_WINDOW):
            if number == count:
                return
            number += 1
            line = Line(rng, hours, day)
            if len(minutes) > 4000 and len(line.minutes) * len(line.hours) > 20:
                continue
            first, last = minutes[0].epoch, minutes[-1].epoch
            yield name, line, first, last, [t for t in line.firings(minutes) if first < t <= last]


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    shown = int(sys.argv[4]) if len(sys.argv) > 4 else None
    for number, (zone, line, first, last, firings) in enumerate(cases(seed, count)):
        checksum = 0
        for firing in firings:
            checksum = (checksum * 31 + firing) & MASK
        never = not firings and line.never_fires()
        row = [line.text, zone, line.semantics, line.gap, line.overlap, first, last]
        if shown is None:
            print(*row, len(firings), checksum, "never" if never else "", sep="\t")
        elif shown == number:
            print(*row, sep="\t")
            for firing in firings:
                local = datetime.datetime.fromtimestamp(firing, zoneinfo.ZoneInfo(zone))
                print(firing, local.isoformat())


main()
