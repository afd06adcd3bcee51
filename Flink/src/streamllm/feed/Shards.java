package streamllm.feed;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * How a stream's sessions are shared out: to as many engines as Flink has key groups, each of which is in a group of its own, so
 * that each subtask has its share exactly, at whatever parallelism.
 */
public final class Shards {
    /** The largest parallelism that a job can have. It can't be changed with the state of a job. */
    public static final int COUNT = 128;

    /** The key of each engine: by its hash, Flink puts it in the engine's group. */
    private static final int[] KEYS = keys();

    private Shards() {}

    private static int[] keys() {
        int[] keys = new int[COUNT];
        Set<Integer> found = new HashSet<>();
        for (int key = 0; found.size() < COUNT; key++) {
            int group = KeyGroupRangeAssignment.assignToKeyGroup(key, COUNT);
            if (found.add(group)) keys[group] = key;
        }
        return keys;
    }

    /** The key of a session's engine. */
    static int of(String session, int count) { return KEYS[(int) Long.remainderUnsigned(hash(session), count)]; }

    /** The number of the engine that has a key, from 0. */
    public static int numberOf(int key) { return KeyGroupRangeAssignment.assignToKeyGroup(key, COUNT); }

    /** The key of an engine, by its number from 0. The first one has what is about a stream as a whole. */
    static int at(int number) { return KEYS[number]; }

    /** Who shares sessions out among others does it by this, too: FNV-1a of the session's id, folded. */
    public static long hash(String session) {
        byte[] bytes = session.getBytes(StandardCharsets.UTF_8);
        long hash = Fingerprint.hash(bytes, 0, bytes.length);
        return hash ^ hash >>> 32;
    }
}
