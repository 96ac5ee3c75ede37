package io.millrace.spi.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys that may stand in a block of the config, in the order of the reference. A class of constants declares one,
 * and each key by one line:
 *
 * <pre>{@code
 *   static final KeyBlock ALL = KeyBlock.named("memory");
 *   static final Key<Integer> FRAMES =
 *           ALL.key("frames", KeyTypes.wholeNumber(2, 4096, "frames"), "1024", "Frames in the port's memory.");
 * }</pre>
 *
 * <p>Filled while the class is initialised, and not changed after that.
 */
public final class KeyBlock implements KeyEntry {
    private final String name;
    private final String prefix;
    private final List<KeyEntry> entries = new ArrayList<>();

    private KeyBlock(String name, String prefix) {
        this.name = name;
        this.prefix = prefix;
    }

    /** A block that stands for itself. Its keys are found by their names in it. */
    public static KeyBlock named(String name) {
        return new KeyBlock(name, "");
    }

    /** A block that may be added to another one by {@link #with}. Its keys are found by their path in that one. */
    public static KeyBlock inside(String name) {
        return new KeyBlock(name, name + ".");
    }

    /**
     * A key with a default.
     *
     * @param defaultText the default as HOCON
     * @param meaning     one line of Markdown for the reference
     */
    public <T> ValueKey<T> key(String keyName, KeyType<T> type, String defaultText, String meaning) {
        return add(new ValueKey<>(keyName, prefix + keyName, type, defaultText, meaning));
    }

    /**
     * A key that must be set.
     *
     * @param meaning one line of Markdown for the reference
     */
    public <T> ValueKey<T> required(String keyName, KeyType<T> type, String meaning) {
        return add(new ValueKey<>(keyName, prefix + keyName, type, null, meaning));
    }

    /** A block that is always there, with its defaults if it is not written. */
    public KeyBlock block(String blockName) {
        return add(new KeyBlock(blockName, prefix + blockName + "."));
    }

    /** A block that is there if it is written. */
    public Key<Optional<Settings>> optional(KeyBlock block) {
        return add(new BlockKey(block, prefix + block.name()));
    }

    /**
     * A list of blocks with the same keys.
     *
     * @param itemName what one of them is called, for messages
     * @param example  one of them as HOCON, for messages
     */
    public Key<List<Settings>> list(KeyBlock block, String itemName, String example) {
        return add(new BlockListKey(block, prefix + block.name(), itemName, example));
    }

    /** The same block with others in it. */
    public KeyBlock with(List<KeyBlock> blocks) {
        KeyBlock block = new KeyBlock(name, prefix);
        block.entries.addAll(entries);
        block.entries.addAll(blocks);
        return block;
    }

    private <E extends KeyEntry> E add(E entry) {
        entries.add(entry);
        return entry;
    }

    @Override
    public String name() {
        return name;
    }

    /** The keys and blocks that stand in the block, in the order of the reference. */
    public List<KeyEntry> entries() {
        return List.copyOf(entries);
    }

    /** The keys of the block and of the blocks that are always in it. */
    public Stream<Key<?>> keys() {
        return entries.stream().flatMap(entry -> switch (entry) {
            case KeyBlock block -> block.keys();
            case Key<?> key -> Stream.of(key);
        });
    }
}
