package streamllm.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import streamllm.engine.Policy;
import streamllm.feed.Endpoint;
import streamllm.feed.FeedOptions;

/** Messages as a table of SQL: {@code CREATE TABLE … WITH ('connector' = 'streamllm', 'endpoint' = 'tcp://…')}. */
public final class MessagesTableFactory implements DynamicTableSourceFactory {
    private static final ConfigOption<String> ENDPOINT = ConfigOptions.key("endpoint").stringType().noDefaultValue()
        .withDescription("Where messages come from; several with semicolons between them.");
    private static final ConfigOption<String> FOLLOWER = ConfigOptions.key("follower").stringType().defaultValue("flink-sql")
        .withDescription("The name by which producers know this reader again. Two that run at a time need two names.");
    private static final ConfigOption<Boolean> EXIT_ON_END = ConfigOptions.key("exit-on-end").booleanType().defaultValue(false)
        .withDescription("End when every stream seen has ended.");
    private static final ConfigOption<Boolean> FROM_NOW = ConfigOptions.key("from-now").booleanType().defaultValue(false)
        .withDescription("Begin with what comes next in streams not seen before.");
    private static final ConfigOption<Duration> OUT_OF_ORDERNESS = duration("max-out-of-orderness", Duration.ZERO);
    private static final ConfigOption<Duration> ADVANCE = duration("max-advance", Duration.ofHours(1));
    private static final ConfigOption<Duration> IDLE = duration("idle-timeout", Duration.ofSeconds(30));

    private static ConfigOption<Duration> duration(String name, Duration standard) {
        return ConfigOptions.key(name).durationType().defaultValue(standard).withDescription("As streamllm-consumer's.");
    }

    @Override public String factoryIdentifier() { return "streamllm"; }

    @Override public Set<ConfigOption<?>> requiredOptions() { return Set.of(ENDPOINT); }

    @Override public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(FOLLOWER, EXIT_ON_END, FROM_NOW, OUT_OF_ORDERNESS, ADVANCE, IDLE);
    }

    @Override public DynamicTableSource createDynamicTableSource(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        helper.validate();
        ReadableConfig options = helper.getOptions();
        List<String> endpoints = List.of(options.get(ENDPOINT).split(";"));
        try { endpoints.forEach(Endpoint::of); } catch (IllegalArgumentException e) { throw new ValidationException(e.getMessage()); }
        List<MessagesTable.Field> fields = new ArrayList<>();
        for (Column column : context.getCatalogTable().getResolvedSchema().getColumns()) {
            if (column.isPhysical()) fields.add(MessagesTable.Field.of(column.getName(), column.getDataType()));
        }
        // Windows are SQL's own: of the rules, those of the clock alone are used.
        Policy policy = new Policy(Policy.Kind.TUMBLING, 1, 1, 1, Long.MAX_VALUE, options.get(OUT_OF_ORDERNESS).toMillis(), 0,
            options.get(ADVANCE).toMillis(), Policy.NEVER, Policy.Limits.STANDARD);
        FeedOptions feed = new FeedOptions(endpoints, options.get(FOLLOWER), policy, options.get(IDLE).toMillis(),
            options.get(FROM_NOW), 1, options.get(EXIT_ON_END));
        return new MessagesTable(feed, fields, context.getPhysicalRowDataType());
    }
}
