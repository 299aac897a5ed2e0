package io.kubemdm.agent.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The agent's own state: small named documents. A write is all or nothing and durable when it returns; names are
 * relative paths such as {@code outbox/1-2.json}, and everything is readable by the agent's user only.
 */
public interface Store {

    /**
     * The document, null when there is none.
     *
     * @throws StoreFailed when it cannot be read
     */
    byte @Nullable [] read(String name);

    /**
     * Replaces or creates the document; after a failure the former content stands.
     *
     * @throws StoreFailed when it cannot be made durable
     */
    void write(String name, byte[] content);

    /**
     * Removes the document if it is there.
     *
     * @throws StoreFailed when it cannot be removed
     */
    void delete(String name);

    /** Names of the documents directly in a folder, sorted; empty when there is no such folder. */
    List<String> list(String folder);
}
