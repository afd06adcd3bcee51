package streamllm.feed;

import java.io.Serializable;
import java.util.List;
import streamllm.engine.Policy;

/**
 * What a source needs to know.
 *
 * @param endpoints where messages come from
 * @param follower the name by which publishers know the job again, when it goes on on other machines
 * @param idleTimeout real time without a sign of a publisher after which its open windows are closed, in milliseconds
 * @param fromNow streams that haven't been seen before begin with what comes next
 * @param shards how many engines share a stream's sessions: each is told how far its clock has come
 * @param exitOnEnd the source ends when every endpoint has been heard from and every stream has ended
 */
public record FeedOptions(List<String> endpoints, String follower, Policy policy, long idleTimeout, boolean fromNow,
        int shards, boolean exitOnEnd) implements Serializable {
    /**
     * Whether a stream that comes back begins again only once its end is in a checkpoint. Consumers hear of an end from each
     * engine, in its own time, and two ends that are under way would be one to them. SQL has no engines, and may have no checkpoints.
     */
    boolean endsAreKeptApart() { return shards > 1; }
}
