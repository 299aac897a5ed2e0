package io.kubemdm.agent.store;

import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** A {@link Store} for simulated fleets: it survives the agent object, not the process, and is never full. */
public final class MemoryStore implements Store {

    private final NavigableMap<String, byte[]> documents = new ConcurrentSkipListMap<>();

    @Override
    public byte @Nullable [] read(String name) {
        byte[] content = documents.get(name);
        return content == null ? null : content.clone();
    }

    @Override
    public void write(String name, byte[] content) {
        documents.put(name, content.clone());
    }

    @Override
    public void delete(String name) {
        documents.remove(name);
    }

    @Override
    public List<String> list(String folder) {
        String prefix = folder.isEmpty() ? "" : folder + "/";
        return documents.keySet().stream()
                .filter(name -> name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0)
                .toList();
    }
}
