package streamllm.job;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import streamllm.engine.Item;
import streamllm.engine.Packed;
import streamllm.engine.Times;
import streamllm.engine.WindowResult;
import streamllm.feed.Shards;

/**
 * What a consumer is given: a window without an answer, a late or rejected message, or that a stream has begun or ended.
 *
 * @param session whose it is; null: nobody's
 * @param isOfStream whether it is about a stream as a whole
 * @param json as records of the workspace have it, without what only the consumer knows; by the id in it the consumer knows it
 *     when it comes again
 */
record Result(String session, boolean isOfStream, byte[] json) {

    static Result of(WindowResult window) {
        String id = id(window, window.start(), window.end(), window.revision());
        JsonText json = event(id, "streamllm.workspace.entry.v1", window.session());
        json.name("stream").text(window.stream()).name("session_id").text(window.session());
        json.name("window").open('{').name("kind").text(window.kind().text()).name("start").text(Times.text(window.start()))
            .name("end").text(Times.text(window.end())).close('}');
        json.name("revision").number(window.revision()).name("supersedes");
        for (int i = 0; i < window.supersedes().size(); i++) {
            WindowResult.Bounds bounds = window.supersedes().get(i);
            if (i == 1) json.name("also_supersedes").open('[');
            json.text(id(window, bounds.start(), bounds.end(), bounds.revision()));
        }
        if (window.supersedes().isEmpty()) json.none();
        if (window.supersedes().size() > 1) json.close(']');
        json.name("trigger").text(window.trigger().text()).name("messages").open('[');
        for (var message : window.messages()) {
            json.open('{').name("timestamp").text(Times.text(message.time()))
                .name("sender").text(message.isRM() ? "rm" : "customer").name("message").utf8(message.text())
                .name("sequence").number(message.sequence()).close('}');
        }
        json.close(']').name("lost").number(window.lost());
        return new Result(window.session(), false, json.close('}').close('}').bytes());
    }

    /** A message that came after its windows had closed. */
    static Result late(Item item) {
        String note = item.reason == null ? "" : item.reason;
        return setAside(item, "late", "late: its time is " + Times.text(item.message.time())
            + ", and the stream's watermark had reached " + Times.text(Times.minus(item.frontier, 1)) + note);
    }

    /** A line that isn't a message, or has a time that can't be believed. */
    static Result rejected(Item item) { return setAside(item, "rejected", item.reason); }

    private static Result setAside(Item item, String kind, String reason) {
        String id = part(item.stream) + "/" + item.sequence + "/" + kind;
        JsonText json = event(id, "streamllm.message." + kind + ".v1", item.session);
        json.name("stream").text(item.stream).name("session_id");
        if (item.session == null) json.none(); else json.text(item.session);
        byte[] line = item.line == null ? new byte[0] : item.line;
        json.name("line").text(new String(line, StandardCharsets.UTF_8)).name("reason").text(reason);
        json.name("position").open('{').name("stream").text(item.stream).name("sequence").number(item.sequence).close('}');
        return new Result(item.session, false, json.close('}').close('}').bytes());
    }

    /**
     * A stream has begun, or one of its engines has all of it.
     *
     * @param life tells it from the stream's beginnings and ends before: what has a consumer's known id is passed over
     * @param shard the engine's number, from 0
     * @param shards how many there are
     */
    static Result ofStream(String stream, boolean hasEnded, long life, int shard, int shards) {
        return news(stream, (hasEnded ? "ended/" : "began/") + life + (hasEnded ? "/" + shard : ""), hasEnded, shard, shards);
    }

    /** The name by which a job is a stream. */
    static String job(String name) { return "flink job " + name; }

    /**
     * A job that ends by itself has begun, or one of its shards has ended. To consumers it is one more stream.
     *
     * @param run tells it from others of its name
     * @param shard which of them has ended; or the number of the subtask that says that it has begun
     */
    static Result ofJob(String name, String run, boolean hasEnded, int shard) {
        return news(job(name), run + (hasEnded ? "/ended/" + shard : "/" + shard + "/began"), hasEnded, shard, Shards.COUNT);
    }

    private static Result news(String stream, String what, boolean hasEnded, int shard, int shards) {
        String id = part(stream) + "/" + what;
        JsonText json = event(id, "streamllm.stream.v1", null);
        json.name("stream").text(stream).name("ended").truth(hasEnded);
        if (hasEnded) json.name("part").number(shard).name("parts").number(shards);
        return new Result(null, true, json.close('}').close('}').bytes());
    }

    private static JsonText event(String id, String type, String subject) {
        JsonText json = new JsonText().open('{').name("specversion").text("1.0").name("id").text(id)
            .name("source").text("/streamllm/flink").name("type").text(type);
        if (subject != null) json.name("subject").text(subject);
        return json.name("datacontenttype").text("application/json").name("data").open('{');
    }

    private static String id(WindowResult window, long start, long end, int revision) {
        return part(window.stream()) + "/" + part(window.session()) + "/" + start + "-" + end + "/" + revision;
    }

    /** A part of an id, escaped, so that no two ids look the same. */
    private static String part(String name) {
        return name.indexOf('%') < 0 && name.indexOf('/') < 0 ? name : name.replace("%", "%25").replace("/", "%2F");
    }

    void write(DataOutput out) throws IOException {
        Packed.write(session, out);
        out.writeBoolean(isOfStream);
        Packed.write(json, out);
    }

    static Result read(DataInput in) throws IOException {
        return new Result(Packed.readText(in), in.readBoolean(), Packed.readBytes(in));
    }
}
