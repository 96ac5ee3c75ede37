package io.millrace.xdp;

import io.millrace.bindings.SystemCallException;
import io.millrace.bindings.bpf.bpf_h;
import io.millrace.bindings.libc.libc_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A map of a loaded {@link BpfObject}. Any thread may call it until the object is closed; the kernel orders the writes
 * of several threads. Failures throw {@link SystemCallException}.
 *
 * @param name        its name in the BPF program
 * @param fd          its descriptor, owned by the object
 * @param keyLength   the length of a key in bytes
 * @param valueLength the length of a value in bytes; of one CPU's value if the map is per CPU
 */
public record BpfMap(String name, int fd, int keyLength, int valueLength) {

    /**
     * Sets an entry, whether it was there or not.
     *
     * @param key   its key
     * @param value its value; the values of all possible CPUs, each padded to 8 bytes, if the map is per CPU
     */
    public void put(MemorySegment key, MemorySegment value) {
        check("update", bpf_h.bpf_map_update_elem(fd, key, value, bpf_h.BPF_ANY()));
    }

    /**
     * Sets an entry of a map whose keys and values are ints.
     *
     * @param key   its key
     * @param value its value
     */
    public void put(int key, int value) {
        try (Arena arena = Arena.ofConfined()) {
            put(arena.allocateFrom(ValueLayout.JAVA_INT, key), arena.allocateFrom(ValueLayout.JAVA_INT, value));
        }
    }

    /**
     * Reads an entry.
     *
     * @param key   its key
     * @param value receives the value
     * @return whether there is such an entry
     */
    public boolean get(MemorySegment key, MemorySegment value) {
        return found("lookup", bpf_h.bpf_map_lookup_elem(fd, key, value));
    }

    /**
     * Removes an entry of a map whose keys are ints.
     *
     * @param key its key
     * @return whether there was such an entry
     */
    public boolean remove(int key) {
        try (Arena arena = Arena.ofConfined()) {
            return found("delete", bpf_h.bpf_map_delete_elem(fd, arena.allocateFrom(ValueLayout.JAVA_INT, key)));
        }
    }

    /** Returns whether another map has the same keys with the same values. Neither may be per CPU. */
    boolean sameContents(BpfMap other) {
        if (keyLength != other.keyLength || valueLength != other.valueLength) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(keyLength, Long.BYTES);
            MemorySegment next = arena.allocate(keyLength, Long.BYTES);
            MemorySegment value = arena.allocate(valueLength, Long.BYTES);
            MemorySegment otherValue = arena.allocate(valueLength, Long.BYTES);
            int count = 0;
            boolean more = found("next key", bpf_h.bpf_map_get_next_key(fd, MemorySegment.NULL, next));
            while (more) {
                key.copyFrom(next);
                if (!get(key, value) || !other.get(key, otherValue) || value.mismatch(otherValue) >= 0) {
                    return false;
                }
                count++;
                more = found("next key", bpf_h.bpf_map_get_next_key(fd, key, next));
            }
            return other.count(key, next) == count;
        }
    }

    private int count(MemorySegment key, MemorySegment next) {
        int count = 0;
        boolean more = found("next key", bpf_h.bpf_map_get_next_key(fd, MemorySegment.NULL, next));
        while (more) {
            count++;
            key.copyFrom(next);
            more = found("next key", bpf_h.bpf_map_get_next_key(fd, key, next));
        }
        return count;
    }

    private boolean found(String action, int result) {
        if (result == -libc_h.ENOENT()) {
            return false;
        }
        check(action, result);
        return true;
    }

    private void check(String action, int result) {
        if (result < 0) {
            throw new SystemCallException("bpf map " + name + " " + action, -result);
        }
    }
}
