package io.kubemdm.agent.store;

import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON documents in a {@link Store}. */
public final class Documents {

    private Documents() {}

    /**
     * Reads a document, null when there is none.
     *
     * @throws StoreFailed when it cannot be read or is not of that shape
     */
    public static <T> @Nullable T read(Store store, String name, Class<T> type) {
        byte[] content = store.read(name);
        if (content == null) {
            return null;
        }
        try {
            return Json.read(content, type);
        } catch (MalformedJson e) {
            throw StoreFailed.of("understand the agent's own file " + name, new IOException(e));
        }
    }

    /** Writes a document. */
    public static void write(Store store, String name, Object value) {
        store.write(name, Json.write(value));
    }
}
