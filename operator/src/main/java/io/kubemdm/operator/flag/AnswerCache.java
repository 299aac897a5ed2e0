package io.kubemdm.operator.flag;

import io.kubemdm.protocol.device.DeviceId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one flag said of each device, and whose turn it is to be asked about: new ones first, then whoever was asked longest
 * ago. Guarded by its own monitor.
 */
final class AnswerCache {

    /** Most devices of one flag. */
    static final int MAX_DEVICES = 100_000;

    private record Entry(FlagContext context, @Nullable FlagAnswer answer) {}

    /** The first is asked next. */
    private final LinkedHashMap<DeviceId, Entry> entries = new LinkedHashMap<>();

    private @Nullable FlagAnswer forAll;

    /** @param notAsked the answer before anybody was asked */
    AnswerCache(FlagAnswer notAsked) {
        this.forAll = notAsked;
    }

    /** The answer known now; a device that is new, or is another than it was, is asked about next. */
    synchronized FlagAnswer get(FlagContext context, FlagAnswer notAsked) {
        Entry known = entries.get(context.device());
        if (known == null || !known.context().equals(context)) {
            if (entries.size() >= MAX_DEVICES && known == null) {
                return FlagAnswer.unreachable("More than " + MAX_DEVICES
                        + " devices would have to be asked about: use definitions in the cluster.");
            }
            known = new Entry(context, null);
            entries.putFirst(context.device(), known);
        }
        if (forAll != null) {
            return forAll;
        }
        return known.answer() == null ? notAsked : known.answer();
    }

    synchronized void forget(DeviceId device) {
        entries.remove(device);
    }

    /** At most so many devices whose turn it is. */
    synchronized List<FlagContext> next(int most) {
        return entries.values().stream().map(Entry::context).limit(most).toList();
    }

    /** Takes an answer that every device gets. @return whether that is new */
    synchronized boolean putForAll(FlagAnswer answer) {
        boolean changed = !answer.equals(forAll);
        forAll = answer;
        return changed;
    }

    /** Takes answers about single devices. @return whether any is new */
    synchronized boolean put(Map<FlagContext, FlagAnswer> answers) {
        boolean changed = forAll != null;
        if (forAll != null && !forAll.isUnreachable()) {
            // The flag had no rules and has some now: what it said of others before is too old.
            for (DeviceId device : new ArrayList<>(entries.keySet())) {
                entries.computeIfPresent(device, (id, entry) -> new Entry(entry.context(), null));
            }
        }
        forAll = null;
        for (Map.Entry<FlagContext, FlagAnswer> each : answers.entrySet()) {
            FlagContext context = each.getKey();
            Entry known = entries.get(context.device());
            if (known != null && known.context().equals(context)) {
                changed |= !each.getValue().equals(known.answer());
                entries.putLast(context.device(), new Entry(context, each.getValue()));
            }
        }
        return changed;
    }
}
