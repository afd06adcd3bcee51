package streamllm.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Many messages: in bad order they take no longer than in good, and a clock knows when the last window ends without all of them. */
public final class ManyTest {
    private static final int MANY = 200_000;

    private ManyTest() {}

    private static Policy policy(Policy.Kind kind, long longest, long outOfOrderness) {
        return new Policy(kind, 1_000_000, 1_000_000, 500, longest, outOfOrderness, 0, 3_600_000, Policy.NEVER,
            new Policy.Limits(Long.MAX_VALUE / 2, 10_000));
    }

    private static Item message(String session, long time, long sequence) {
        Item item = Item.of(Item.Kind.MESSAGE, "s");
        item.session = session;
        item.sequence = sequence;
        item.message = new Message(time, sequence, false, new byte[0]);
        return item;
    }

    private static final class Results implements Engine.Output {
        private final List<WindowResult> all = new ArrayList<>();

        @Override public void result(WindowResult result) { all.add(result); }

        @Override public void late(Item message) { throw new AssertionError("nothing is late"); }
    }

    private static void check(String what, boolean isSo) {
        if (!isSo) throw new AssertionError(what);
        System.out.println("ManyTest: " + what);
    }

    private static void backwards() {
        Engine engine = new Engine("s", policy(Policy.Kind.TUMBLING, Long.MAX_VALUE, 1_000_000));
        Results results = new Results();
        long start = System.nanoTime();
        // Of each time two, and the later one behind the earlier.
        for (int i = 0; i < MANY; i++) engine.process(message("a", (MANY - i) / 2, i + 1), results);
        engine = engine.copy();
        engine.end(results);
        List<Message> messages = results.all.get(0).messages();
        boolean isInOrder = results.all.size() == 1 && messages.size() == MANY;
        for (int i = 1; i < messages.size(); i++) isInOrder &= Message.ORDER.compare(messages.get(i - 1), messages.get(i)) < 0;
        check("messages that come backwards are in order", isInOrder);
        check("at once", System.nanoTime() - start < 5_000_000_000L);
    }

    private static void sessions() {
        for (long seed = 1; seed <= 5; seed++) {
            Random draw = new Random(seed);
            Policy policy = policy(Policy.Kind.SESSION, 5_000, 4_000);
            StreamClock clock = new StreamClock("s", policy);
            Engine engine = new Engine("s", policy);
            Engine.Output nowhere = new Engine.Output() {
                @Override public void result(WindowResult result) {}
                @Override public void late(Item message) {}
            };
            long time = 0;
            for (int i = 0; i < MANY; i++) {
                if (draw.nextInt(20) == 0) time++;
                clock.take(message("session " + draw.nextInt(20), Math.max(0, time - draw.nextInt(4500)), i + 1),
                    item -> engine.process(item, nowhere));
            }
            long last = Math.max(clock.frontier(), engine.lastOpenEnd());
            clock.closeOpenWindows();
            check("windows end when they would, seed " + seed, clock.frontier() == last);
        }
    }

    public static void main(String[] arguments) {
        backwards();
        sessions();
    }
}
