package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.protocol.order.WipeBudget;

/**
 * What nobody may go below or above, whatever a request says.
 *
 * @param corporate approvals needed on a company's device
 * @param personal approvals needed on a person's own device
 * @param destructive most Retire, SelectiveWipe, FullWipe and CryptoErase together, per namespace
 * @param lock most Lock, per namespace
 */
public record WipeSettings(Floors corporate, Floors personal, WipeBudget.Limits destructive, WipeBudget.Limits lock) {

    /** The most that a request can demand (spec.requiredApprovals), and so the highest floor. */
    private static final int MOST = 10;

    /** Two people for what cannot be undone, the usual budgets. */
    public static final WipeSettings DEFAULT =
            new WipeSettings(Floors.DEFAULT, Floors.DEFAULT, WipeBudget.Limits.DESTRUCTIVE, WipeBudget.Limits.LOCK);

    /** People other than the requester who have to agree, by type; each 0 to 10. */
    public record Floors(int lock, int unlock, int retire, int selectiveWipe, int fullWipe, int cryptoErase) {

        /** None for what can be undone or leaves the device usable, two for what erases it. */
        public static final Floors DEFAULT = new Floors(0, 0, 0, 0, 2, 2);

        public Floors {
            require("lock", lock);
            require("unlock", unlock);
            require("retire", retire);
            require("selective-wipe", selectiveWipe);
            require("full-wipe", fullWipe);
            require("crypto-erase", cryptoErase);
        }

        private static void require(String key, int value) {
            if (value < 0 || value > MOST) {
                throw new IllegalArgumentException(key + ": 0 to " + MOST + " approvals; was " + value);
            }
        }

        int of(WipeType type) {
            return switch (type) {
                case Lock -> lock;
                case Unlock -> unlock;
                case Retire -> retire;
                case SelectiveWipe -> selectiveWipe;
                case FullWipe -> fullWipe;
                case CryptoErase -> cryptoErase;
                case Unrecognised -> MOST;
            };
        }
    }

    int floor(WipeType type, boolean ofPerson) {
        return (ofPerson ? personal : corporate).of(type);
    }

    WipeBudget.Limits limits(WipeBudget.Lane lane) {
        return switch (lane) {
            case Destructive -> destructive;
            case Lock -> lock;
        };
    }
}
