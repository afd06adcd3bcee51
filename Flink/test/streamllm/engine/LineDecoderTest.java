package streamllm.engine;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;

/** What is read of lines, and why others aren't messages: the same table as the decoder in Swift has (Tests/Tables/lines.json). */
public final class LineDecoderTest {
    public static void main(String[] arguments) throws IOException {
        int count = 0, failed = 0;
        for (JsonNode row : new ObjectMapper().readTree(new File(arguments[0], "lines.json")).get("lines")) {
            byte[] line = row.has("hex") ? HexFormat.of().parseHex(row.get("hex").asText())
                : row.get("line").asText().getBytes(StandardCharsets.UTF_8);
            Item item = LineDecoder.decode(line, 0, line.length, "s", 7);
            count++;
            String expected = row.has("reason") ? reason(row.get("reason").asText())
                : row.get("session").asText() + "|" + row.get("time").asLong() + "|" + row.get("sender").asText() + "|" + row.get("text").asText();
            String got = item.kind == Item.Kind.REJECTED ? reason(item.reason)
                : item.session + "|" + item.message.time() + "|" + (item.message.isRM() ? "rm" : "customer") + "|"
                    + new String(item.message.text(), StandardCharsets.UTF_8);
            if (got.equals(expected)) continue;
            failed++;
            System.out.println(row.get("what").asText() + "\n  expected " + expected + "\n  got      " + got);
        }
        // White space around a time and a sender: Unicode's.
        for (String space : new String[] {" ", "\u0085", "\u00a0", "\u2007", "\u202f", "\u3000"}) {
            for (String line : new String[] {spaced(space, ""), spaced("", space)}) {
                count++;
                if (kind(line) == Item.Kind.MESSAGE) continue;
                failed++;
                System.out.println("not taken: " + line);
            }
        }
        for (String line : new String[] {spaced("\\u001c", ""), spaced("", "\\u001c")}) {
            count++;
            if (kind(line) == Item.Kind.REJECTED) continue;
            failed++;
            System.out.println("taken: " + line);
        }
        System.out.println(count + " lines, " + failed + " failed");
        if (failed > 0 || count < 200) System.exit(1);
    }

    private static String spaced(String time, String sender) {
        return "{\"session_id\":\"a\",\"timestamp\":\"" + time + "2025-01-23T14:30:00Z" + time + "\",\"sender\":\"" + sender + "rm"
            + sender + "\",\"message\":\"x\"}";
    }

    private static Item.Kind kind(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return LineDecoder.decode(bytes, 0, bytes.length, "s", 1).kind;
    }

    /** Each parser has its own words for what isn't JSON. */
    private static String reason(String words) { return words.startsWith("not valid JSON") ? "not valid JSON" : words; }
}
