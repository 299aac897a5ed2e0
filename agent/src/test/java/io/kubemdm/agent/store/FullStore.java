package io.kubemdm.agent.store;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A disk that refuses to write while it has no room. */
public final class FullStore implements Store {

    private final Store store;
    private boolean room;

    /** Full from the start, over a store that has room. */
    public FullStore(Store store) {
        this.store = store;
    }

    /** Whether it takes writes. */
    public void room(boolean now) {
        room = now;
    }

    @Override
    public byte @Nullable [] read(String name) {
        return store.read(name);
    }

    @Override
    public void write(String name, byte[] content) {
        if (!room) {
            throw StoreFailed.of("write " + name, new IOException("No space left on device"));
        }
        store.write(name, content);
    }

    @Override
    public void delete(String name) {
        store.delete(name);
    }

    @Override
    public List<String> list(String folder) {
        return store.list(folder);
    }
}
