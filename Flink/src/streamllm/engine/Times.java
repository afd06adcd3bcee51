package streamllm.engine;

/** Moments and durations of event time, in milliseconds: sums that stop at the ends of their range, and moments as text. */
public final class Times {
    private static final long MINUTE = 60_000, DAY = 86_400_000;

    private Times() {}

    public static long plus(long a, long b) {
        long sum = a + b;
        return ((a ^ sum) & (b ^ sum)) < 0 ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }

    public static long minus(long a, long b) {
        long difference = a - b;
        return ((a ^ b) & (a ^ difference)) < 0 ? (a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : difference;
    }

    /** {@code 2025-01-23T14:30:00.000Z}. Years of more than four digits have a sign, as in ISO 8601. */
    public static String text(long milliseconds) {
        long day = Math.floorDiv(milliseconds, DAY);
        int inDay = (int) Math.floorMod(milliseconds, DAY);
        // Years that begin in March, in eras of 400 (https://howardhinnant.github.io/date_algorithms.html).
        long shifted = day + 719_468, era = Math.floorDiv(shifted, 146_097);
        int dayOfEra = (int) Math.floorMod(shifted, 146_097L);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int month = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1;
        month = month < 10 ? month + 3 : month - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        StringBuilder text = new StringBuilder(24);
        if (year < 0) text.append('-');
        if (year > 9999) text.append('+');
        digits(Math.abs(year), 4, text);
        digits(dayOfMonth, 2, digits(month, 2, text.append('-')).append('-'));
        digits(inDay / 3_600_000, 2, text.append('T'));
        digits(inDay / MINUTE % 60, 2, text.append(':'));
        digits(inDay / 1000 % 60, 2, text.append(':'));
        return digits(inDay % 1000, 3, text.append('.')).append('Z').toString();
    }

    private static StringBuilder digits(long number, int width, StringBuilder text) {
        String digits = Long.toString(number);
        return text.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
    }

    /** The number of a day of the Gregorian calendar, from 1970-01-01 on. */
    static long day(long year, int month, int day) {
        long y = month <= 2 ? year - 1 : year, era = Math.floorDiv(y, 400), yearOfEra = y - era * 400;
        int dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    static boolean isLeap(long year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

    static int daysIn(int month, long year) {
        return switch (month) {
            case 2 -> isLeap(year) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }
}
