package streamllm.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * Runs a file of SQL, for clusters without Flink's own client: {@code flink run -c streamllm.table.Script streamllm-flink.jar
 * query.sql}. Statements end with a semicolon at the end of a line; one {@code INSERT} is the job.
 */
public final class Script {
    private Script() {}

    public static void main(String[] arguments) throws IOException {
        StreamTableEnvironment sql = StreamTableEnvironment.create(StreamExecutionEnvironment.getExecutionEnvironment());
        sql.getConfig().set("table.local-time-zone", "UTC");
        for (String statement : Files.readString(Path.of(arguments[0])).split(";\\s*(\\n|$)")) {
            if (!statement.isBlank()) sql.executeSql(statement);
        }
    }
}
