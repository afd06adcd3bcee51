package streamllm.engine;

import java.nio.charset.StandardCharsets;

/**
 * Times as messages have them: RFC 3339, and what ISO 8601 and spreadsheets make of them. The forms are those of
 * {@code Sources/Chat/Timestamp.swift} and {@code LenientTime.swift}.
 */
final class TimeText {
    /** No moment: what isn't a time. No time that can be written is this one. */
    static final long NONE = Long.MIN_VALUE;
    /** The years 0000 to 9999. */
    private static final long FIRST = -62_167_219_200_000L, LAST = 253_402_300_799_999L;
    private static final long MINUTE = 60_000, HOUR = 3_600_000, DAY = 86_400_000;

    private final CharSequence text;
    private int place;

    private TimeText(CharSequence text) { this.text = text; }

    /** Milliseconds since 1970, or {@link #NONE}. */
    static long read(String text) {
        long time = new TimeText(text).strict();
        if (time == NONE) time = lenient(text);
        return time < FIRST || time > LAST ? NONE : time;
    }

    // RFC 3339

    private long strict() {
        long day = strictDate();
        if (day == NONE || !(skip('T') || skip('t') || skip(' '))) return NONE;
        long hour = digits(2), minute = skip(':') ? digits(2) : -1, second = skip(':') ? digits(2) : -1;
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return NONE;
        long milliseconds = 0;
        if (skip('.') || skip(',')) {
            String fraction = digitsHere();
            if (fraction.isEmpty()) return NONE;
            milliseconds = Long.parseLong(padded(fraction, 3));
        }
        long offset = strictOffset();
        if (offset == NONE || !isAtEnd()) return NONE;
        long seconds = day * 86_400 + hour * 3600 + (minute - offset) * 60 + second;
        // A leap second is at the end of a day of UTC, and means the second after.
        return second == 60 && seconds % 86_400 != 0 ? NONE : seconds * 1000 + milliseconds;
    }

    private long strictDate() {
        long year = digits(4), month = skip('-') ? digits(2) : -1, day = skip('-') ? digits(2) : -1;
        return year < 0 ? NONE : date(year, month, day);
    }

    private static long date(long year, long month, long day) {
        if (month < 1 || month > 12 || day < 1 || day > Times.daysIn((int) month, year)) return NONE;
        return Times.day(year, (int) month, (int) day);
    }

    /** In minutes. */
    private long strictOffset() {
        if (isAtEnd() || skip('Z') || skip('z')) return 0;
        boolean isBehind = skip('-');
        if (!isBehind && !skip('+')) return NONE;
        long hours = digits(2), minutes = 0;
        if (hours < 0 || hours > 23) return NONE;
        if (!isAtEnd()) {
            skip(':');
            minutes = digits(2);
            if (minutes < 0 || minutes > 59) return NONE;
        }
        return (isBehind ? -1 : 1) * (hours * 60 + minutes);
    }

    // Other forms

    private static long lenient(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > 64) return NONE;
        String trimmed = LineDecoder.trimmed(text);
        if (trimmed.matches("(19|20)(\\d{10}|\\d{12})")) {
            long time = new TimeText(trimmed).dateAndTime(true);
            if (time != NONE) return time;
        }
        long epoch = epoch(trimmed);
        return epoch != NONE ? epoch : new TimeText(trimmed).dateAndTime(false);
    }

    /** A number counts from 1970: seconds, milliseconds, microseconds or nanoseconds, by its length. */
    private static long epoch(String text) {
        if (!text.matches("-*\\d{9,19}(\\.\\d+)?")) return NONE;
        String[] parts = text.split("\\.");
        int digits = parts[0].replace("-", "").length();
        long whole;
        try { whole = Long.parseLong(parts[0]); } catch (NumberFormatException e) { return NONE; }
        if (digits == 18) return NONE; // nobody knows what they count
        if (digits <= 11) {
            long fraction = Long.parseLong(padded(parts.length > 1 ? parts[1] : "", 3));
            return whole * 1000 + (parts[0].startsWith("-") ? -fraction : fraction);
        }
        return digits <= 14 ? whole : Math.floorDiv(whole, digits <= 17 ? 1000L : 1_000_000L);
    }

    /** @param isCompact the time follows the date without a mark between */
    private long dateAndTime(boolean isCompact) {
        long day = lenientDate(), time = 0;
        if (day == NONE) return NONE;
        if (!isAtEnd()) {
            if (!isCompact && !(skip('T') || skip('t') || skip(' ') || skip('_'))) return NONE;
            time = timeOfDay();
            if (time == NONE) return NONE;
        }
        boolean hasOffset = !isAtEnd();
        long offset = lenientOffset();
        // A zone's name in brackets, as Java writes it, is passed over where there is an offset.
        boolean isNamed = hasOffset && !isAtEnd() && text.charAt(place) == '[' && text.charAt(text.length() - 1) == ']';
        if (offset == NONE || !isAtEnd() && !isNamed) return NONE;
        return day * DAY + time - offset * MINUTE;
    }

    private long lenientDate() {
        long year = digits(4);
        if (year < 0) return NONE;
        boolean isExtended = skip('-');
        if (skip('W') || skip('w')) {
            long week = digits(2);
            if (week < 1 || week > 53 || isExtended && !skip('-')) return NONE;
            long weekday = digits(1);
            if (weekday < 1 || weekday > 7) return NONE;
            // The first week is that of the fourth of January.
            long fourth = Times.day(year, 1, 4), monday = fourth - Math.floorMod(fourth + 3, 7);
            return monday + (week - 1) * 7 + weekday - 1;
        }
        if (countDigits() == 3) {
            long day = digits(3);
            return day < 1 || day > (Times.isLeap(year) ? 366 : 365) ? NONE : Times.day(year, 1, 1) + day - 1;
        }
        long month = digits(2);
        return isExtended && !skip('-') ? NONE : date(year, month, digits(2));
    }

    /** Milliseconds since midnight. */
    private long timeOfDay() {
        long hour = digits(2);
        if (hour < 0 || hour > 24) return NONE;
        long time = hour * HOUR, unit = HOUR;
        boolean isExtended = !isAtEnd() && text.charAt(place) == ':';
        for (long smaller : new long[] {MINUTE, 1000}) {
            if (isExtended ? !skip(':') : countDigits() == 0) break;
            long value = digits(2);
            if (value < 0 || value > 59) return NONE;
            time += value * smaller;
            unit = smaller;
        }
        if (skip('.') || skip(',')) {
            String fraction = digitsHere();
            if (fraction.isEmpty()) return NONE;
            time += Long.parseLong(padded(fraction, 9)) * unit / 1_000_000_000;
        }
        return hour < 24 || time == DAY ? time : NONE;
    }

    /** In minutes. */
    private long lenientOffset() {
        while (skip(' ')) continue;
        for (String name : new String[] {"UTC", "GMT", "Z", "z"}) {
            if (!text.subSequence(place, text.length()).toString().startsWith(name)) continue;
            place += name.length();
            if (name.length() == 1 || isAtEnd()) return 0;
        }
        if (isAtEnd()) return 0;
        boolean isBehind = skip('-') || skip('\u2212');
        if (!isBehind && !skip('+')) return NONE;
        long hours = digits(2), minutes = 0;
        if (hours < 0 || hours > 23) return NONE;
        if (!isAtEnd() && text.charAt(place) != '[') {
            skip(':');
            minutes = digits(2);
            if (minutes < 0 || minutes > 59) return NONE;
        }
        return (isBehind ? -1 : 1) * (hours * 60 + minutes);
    }

    // Parts

    private boolean isAtEnd() { return place >= text.length(); }

    private boolean skip(char character) {
        if (isAtEnd() || text.charAt(place) != character) return false;
        place++;
        return true;
    }

    private int countDigits() {
        int end = place;
        while (end < text.length() && isDigit(text.charAt(end))) end++;
        return end - place;
    }

    private String digitsHere() {
        String digits = text.subSequence(place, place + countDigits()).toString();
        place += digits.length();
        return digits;
    }

    /** A number of so many digits; -1 where there are fewer. */
    private long digits(int count) {
        if (countDigits() < count) return -1;
        long value = 0;
        for (int end = place + count; place < end; place++) value = value * 10 + text.charAt(place) - '0';
        return value;
    }

    private static boolean isDigit(char c) { return c >= '0' && c <= '9'; }

    /** So many digits, with zeros behind them where there are fewer. */
    private static String padded(String digits, int count) {
        return (digits + "0".repeat(count)).substring(0, count);
    }
}
