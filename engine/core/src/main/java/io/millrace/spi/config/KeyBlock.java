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
 * <p>A block is filled while its class is initialised, and not changed after that.
 */
public final class KeyBlock implements KeyEntry {
    private final String name;
    private final String prefix;
    private final List<KeyEntry> entries = new ArrayList<>();

    private KeyBlock(String name, String prefix) {
        this.name = name;
        this.prefix = prefix;
    }

    /** Makes a block by itself. A key's path is its name. */
    public static KeyBlock named(String name) {
        return new KeyBlock(name, "");
    }

    /**
     * Makes a block that may be added to another one by {@link #with}. A key's path begins with the name of this block.
     */
    public static KeyBlock inside(String name) {
        return new KeyBlock(name, name + ".");
    }

    /**
     * Adds a key with a default.
     *
     * @param defaultText the default as HOCON
     * @param meaning     one line of Markdown for the reference
     */
    public <T> ValueKey<T> key(String keyName, KeyType<T> type, String defaultText, String meaning) {
        return add(new ValueKey<>(keyName, prefix + keyName, type, defaultText, meaning));
    }

    /**
     * Adds a key that must be set.
     *
     * @param meaning one line of Markdown for the reference
     */
    public <T> ValueKey<T> required(String keyName, KeyType<T> type, String meaning) {
        return add(new ValueKey<>(keyName, prefix + keyName, type, null, meaning));
    }

    /** Adds a block that always exists, with its defaults if it is not written. */
    public KeyBlock block(String blockName) {
        return add(new KeyBlock(blockName, prefix + blockName + "."));
    }

    /** Adds a block that exists only if it is written. */
    public Key<Optional<Settings>> optional(KeyBlock block) {
        return add(new BlockKey(block, prefix + block.name()));
    }

    /**
     * Adds a list of blocks with the same keys.
     *
     * @param itemName what one block is called, for messages
     * @param example  one block as HOCON, for messages
     */
    public Key<List<Settings>> list(KeyBlock block, String itemName, String example) {
        return add(new BlockListKey(block, prefix + block.name(), itemName, example));
    }

    /** Returns the same block with other blocks added. */
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

    /** The keys and blocks in the block, in the order of the reference. */
    public List<KeyEntry> entries() {
        return List.copyOf(entries);
    }

    /** The keys of the block and of the blocks in it that always exist. */
    public Stream<Key<?>> keys() {
        return entries.stream().flatMap(entry -> switch (entry) {
            case KeyBlock block -> block.keys();
            case Key<?> key -> Stream.of(key);
        });
    }
}
