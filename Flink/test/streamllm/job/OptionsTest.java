package streamllm.job;

import java.util.List;

/** What a person may write, and what is said of the rest. */
public final class OptionsTest {
    /** Options, and what is said of them; empty: they are taken. */
    private record Row(String options, String problem) {}

    private static final List<Row> ROWS = List.of(
        new Row("", ""),
        new Row("--follower two --window session --session-gap=5", ""),
        new Row("--follower " + "x".repeat(118), ""),
        new Row("--follower " + "x".repeat(119), "--follower must have from 1 to 118 bytes: " + "x".repeat(119)),
        new Row("--follower " + "é".repeat(60), "--follower must have from 1 to 118 bytes: " + "é".repeat(60)),
        new Row("--follower=", "--follower must have from 1 to 118 bytes: "),
        new Row("--follower a\u0085b", "--follower must not have control characters"),
        new Row("--window-size 10 --window sliding --window-slide 20",
            "--window-slide must not be over --window-size: messages between two windows would be in none"),
        new Row("--room 0", "--room is a number of MiB from 1 to 1048576: 0"),
        new Row("--window-size", "--window-size needs a value"),
        new Row("--help", "there are --input-endpoint, --results-to, --window, --window-size, --window-slide, --session-gap, "
            + "--session-max, --max-out-of-orderness, --allowed-lateness, --max-advance, --idle-timeout, --trigger, --turn-silence, "
            + "--from, --follower, --room, --checkpoint-interval, --at-once, --exit-on-end"),
        new Row("demo", "not an option: demo"));

    private OptionsTest() {}

    private static String problem(Row row) {
        try {
            Options options = new Options(row.options().isEmpty() ? new String[0] : row.options().split(" "));
            options.feed();
            options.consumers();
            options.room();
            options.checkpointInterval();
            return "";
        } catch (Options.Problem problem) { return problem.getMessage(); }
    }

    public static void main(String[] arguments) {
        int failed = 0;
        for (Row row : ROWS) {
            String got = problem(row);
            if (got.equals(row.problem())) continue;
            failed++;
            System.out.println(row.options() + "\n  expected " + row.problem() + "\n  got      " + got);
        }
        System.out.println(ROWS.size() + " rows of options, " + failed + " failed");
        if (failed > 0) System.exit(1);
    }
}
