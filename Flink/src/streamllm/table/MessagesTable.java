package streamllm.table;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsSourceWatermark;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.util.Collector;
import streamllm.engine.Item;
import streamllm.feed.FeedOptions;
import streamllm.feed.FeedSource;
import streamllm.job.Serializers;

/**
 * Messages as rows. Lines that aren't messages, and messages whose times can't be believed, are left out. The watermark is
 * Flink's: that of the slowest stream.
 */
final class MessagesTable implements ScanTableSource, SupportsSourceWatermark {
    /** What a column may hold, by its name. */
    enum Field {
        stream(LogicalTypeRoot.VARCHAR), sequence(LogicalTypeRoot.BIGINT), session_id(LogicalTypeRoot.VARCHAR),
        ts(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE), sender(LogicalTypeRoot.VARCHAR), message(LogicalTypeRoot.VARCHAR);

        private final LogicalTypeRoot type;

        Field(LogicalTypeRoot type) { this.type = type; }

        static Field of(String column, DataType type) {
            for (Field field : values()) {
                if (field.name().equals(column) && type.getLogicalType().is(field.type)) return field;
            }
            throw new ValidationException("messages have no column " + column + " " + type + "; there are stream STRING, sequence "
                + "BIGINT, session_id STRING, ts TIMESTAMP_LTZ(3), sender STRING, message STRING");
        }

        Object of(Item item) {
            return switch (this) {
                case stream -> StringData.fromString(item.stream);
                case sequence -> item.sequence;
                case session_id -> StringData.fromString(item.session);
                case ts -> TimestampData.fromEpochMillis(item.message.time());
                case sender -> StringData.fromString(item.message.isRM() ? "rm" : "customer");
                case message -> StringData.fromBytes(item.message.text());
            };
        }
    }

    private final FeedOptions options;
    private final List<Field> fields;
    private final DataType type;

    MessagesTable(FeedOptions options, List<Field> fields, DataType type) {
        this.options = options;
        this.fields = fields;
        this.type = type;
    }

    @Override public ChangelogMode getChangelogMode() { return ChangelogMode.insertOnly(); }

    /** There always is one: {@code WATERMARK FOR ts AS SOURCE_WATERMARK()} uses it. */
    @Override public void applySourceWatermark() {}

    @Override public DynamicTableSource copy() { return new MessagesTable(options, fields, type); }

    @Override public String asSummaryString() { return "streamllm"; }

    @Override public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
        TypeInformation<RowData> rows = context.createTypeInformation(type);
        Rows map = new Rows(fields);
        FeedSource source = new FeedSource(options);
        return new DataStreamScanProvider() {
            @Override public boolean isBounded() { return false; }

            @Override public DataStream<RowData> produceDataStream(ProviderContext names, StreamExecutionEnvironment flink) {
                WatermarkStrategy<Item> strategy = WatermarkStrategy.<Item>forGenerator(any -> new Clock())
                    .withTimestampAssigner((item, before) -> item.message == null ? item.frontier : item.message.time());
                var items = flink.fromSource(source, strategy, "feeds", Serializers.items());
                names.generateUid("feeds").ifPresent(items::uid);
                return items.flatMap(map).returns(rows);
            }
        };
    }

    private record Rows(List<Field> fields) implements FlatMapFunction<Item, RowData>, Serializable {
        @Override public void flatMap(Item item, Collector<RowData> out) {
            if (item.kind != Item.Kind.MESSAGE) return;
            GenericRowData row = new GenericRowData(fields.size());
            for (int i = 0; i < fields.size(); i++) row.setField(i, fields.get(i).of(item));
            out.collect(row);
        }
    }

    /** How far a stream's clock has come, as Flink's watermark. */
    private static final class Clock implements WatermarkGenerator<Item> {
        private long told = Long.MIN_VALUE;

        @Override public void onEvent(Item item, long time, WatermarkOutput out) {
            if (item.frontier <= told) return;
            told = item.frontier;
            out.emitWatermark(new Watermark(told - 1));
        }

        @Override public void onPeriodicEmit(WatermarkOutput out) { /* each event has said it */ }
    }
}
