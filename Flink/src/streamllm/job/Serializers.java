package streamllm.job;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import streamllm.engine.Engine;
import streamllm.engine.Item;

/** What Flink wants to know of types that write themselves. */
public final class Serializers {
    private Serializers() {}

    /** A stream's messages and time, on their way to its engines. */
    public static TypeInformation<Item> items() { return new Info<>(Item.class, ItemSerializer.ONLY); }

    static TypeInformation<Engine> engines() { return new Info<>(Engine.class, EngineSerializer.ONLY); }

    static TypeInformation<Result> results() { return new Info<>(Result.class, ResultSerializer.ONLY); }

    static final class ItemSerializer extends Plain<Item> {
        static final ItemSerializer ONLY = new ItemSerializer();

        @Override public void serialize(Item item, DataOutputView out) throws IOException { item.write(out); }
        @Override public Item deserialize(DataInputView in) throws IOException { return Item.read(in); }
        @Override public TypeSerializerSnapshot<Item> snapshotConfiguration() { return new Snapshot(); }

        public static final class Snapshot extends SimpleTypeSerializerSnapshot<Item> {
            public Snapshot() { super(() -> ONLY); }
        }
    }

    /** Engines are the job's state. Their bytes say of which version they are. */
    static final class EngineSerializer extends Plain<Engine> {
        static final EngineSerializer ONLY = new EngineSerializer();

        @Override public boolean isImmutableType() { return false; }
        /** What a snapshot has mustn't change while it is written. */
        @Override public Engine copy(Engine engine) { return engine.copy(); }
        @Override public void serialize(Engine engine, DataOutputView out) throws IOException { engine.write(out); }
        @Override public Engine deserialize(DataInputView in) throws IOException { return Engine.read(in); }
        @Override public TypeSerializerSnapshot<Engine> snapshotConfiguration() { return new Snapshot(); }

        public static final class Snapshot extends SimpleTypeSerializerSnapshot<Engine> {
            public Snapshot() { super(() -> ONLY); }
        }
    }

    static final class ResultSerializer extends Plain<Result> {
        static final ResultSerializer ONLY = new ResultSerializer();

        @Override public void serialize(Result result, DataOutputView out) throws IOException { result.write(out); }
        @Override public Result deserialize(DataInputView in) throws IOException { return Result.read(in); }
        @Override public TypeSerializerSnapshot<Result> snapshotConfiguration() { return new Snapshot(); }

        public static final class Snapshot extends SimpleTypeSerializerSnapshot<Result> {
            public Snapshot() { super(() -> ONLY); }
        }
    }

    /** A serializer without settings of its own, of a type whose values don't change. */
    private abstract static class Plain<T> extends TypeSerializer<T> {
        @Override public boolean isImmutableType() { return true; }
        @Override public TypeSerializer<T> duplicate() { return this; }
        @Override public T createInstance() { return null; }
        @Override public T copy(T from) { return from; }
        @Override public T copy(T from, T reuse) { return copy(from); }
        @Override public int getLength() { return -1; }
        @Override public T deserialize(T reuse, DataInputView in) throws IOException { return deserialize(in); }
        @Override public void copy(DataInputView in, DataOutputView out) throws IOException { serialize(deserialize(in), out); }
        @Override public boolean equals(Object other) { return other != null && other.getClass() == getClass(); }
        @Override public int hashCode() { return getClass().hashCode(); }
    }

    private static final class Info<T> extends TypeInformation<T> {
        private final Class<T> type;
        private final TypeSerializer<T> serializer;

        Info(Class<T> type, TypeSerializer<T> serializer) {
            this.type = type;
            this.serializer = serializer;
        }

        @Override public boolean isBasicType() { return false; }
        @Override public boolean isTupleType() { return false; }
        @Override public int getArity() { return 1; }
        @Override public int getTotalFields() { return 1; }
        @Override public Class<T> getTypeClass() { return type; }
        @Override public boolean isKeyType() { return false; }
        @Override public TypeSerializer<T> createSerializer(SerializerConfig config) { return serializer; }
        @Override public String toString() { return type.getSimpleName(); }
        @Override public boolean equals(Object other) { return other instanceof Info<?> info && info.type == type; }
        @Override public int hashCode() { return type.hashCode(); }
        @Override public boolean canEqual(Object other) { return other instanceof Info; }
    }
}
