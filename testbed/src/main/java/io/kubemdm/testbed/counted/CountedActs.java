package io.kubemdm.testbed.counted;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.wipe.DeviceActs;
import io.kubemdm.agent.wipe.EncryptedStorage;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.testbed.history.Line;
import io.kubemdm.testbed.process.Readiness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Acts that are noted, with the command they are done for, and last as long as the file {@code hold} is there. The storage
 * is two marks on disk, so that an erase outlives its agent.
 */
final class CountedActs implements DeviceActs {

    private static final String GUARD = "guard.json";
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final long PROCESS = ProcessHandle.current().pid();

    private final Store store;
    private final Path folder;
    private final SideFile notes;
    private final CountedStorage storage;

    CountedActs(Store store, Path folder, SideFile notes) {
        this.store = store;
        this.folder = folder;
        this.notes = notes;
        this.storage = new CountedStorage(store, this::noted);
    }

    private void noted(String act, Runnable doing) {
        JsonNode remembered = Documents.read(store, GUARD, JsonNode.class);
        String command =
                remembered == null ? "" : remembered.at("/guard/open/order/id").asText();
        if (command.isEmpty()) {
            throw new IllegalStateException(act + " for no command");
        }
        notes.note(new Line.Began(command, act, PROCESS));
        Path hold = folder.resolve(CountedDevice.HOLD);
        if (!Readiness.await(() -> !Files.exists(hold), LONGEST, LOOK)) {
            throw new IllegalStateException(act + " was held for longer than " + LONGEST);
        }
        doing.run();
        notes.note(new Line.Finished(command, act, PROCESS));
    }

    @Override
    public void lock() {
        noted("Lock", () -> Documents.write(store, "locked.json", true));
    }

    @Override
    public void unlock() {
        // Also a step of Retire: an act of its own.
        noted("Unlock", () -> store.delete("locked.json"));
    }

    @Override
    public boolean isLocked() {
        return store.read("locked.json") != null;
    }

    @Override
    public List<String> companyData() {
        return List.of("company");
    }

    @Override
    public void erase(String item) {
        noted("EraseData", () -> {});
    }

    @Override
    public EncryptedStorage storage() {
        return storage;
    }

    @Override
    public Map<CommandType, Refusal> refused() {
        return Map.of();
    }

    @Override
    public void powerOff() {
        // Its agent ends by itself; the machine is everybody's.
    }

    @Override
    public String bootId() {
        return "counted";
    }
}
