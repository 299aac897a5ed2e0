package io.kubemdm.agent.wipe;

import io.kubemdm.agent.quarantine.Quarantine;
import io.kubemdm.agent.quarantine.UnenforcedQuarantine;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import java.util.List;
import java.util.Map;

/** What a command does to the device itself. Every act may be repeated. Used by the agent's one thread. */
public interface DeviceActs {

    /** Keeps everybody but its administrator out. */
    void lock();

    /** Lets people in again. */
    void unlock();

    /** Whether it is locked by us. */
    boolean isLocked();

    /** Names of the company's data on the device, found now. */
    List<String> companyData();

    /** Erases one of them; what is gone already is no error. */
    void erase(String item);

    /** The encrypted storage that FullWipe and CryptoErase erase. */
    EncryptedStorage storage();

    /** What keeps it away from everything but us, as long as the desired order says so. */
    default Quarantine quarantine() {
        return new UnenforcedQuarantine("nothing here can confine this device");
    }

    /** The scripts that a remediation may run by name. */
    default Scripts scripts() {
        return Scripts.NONE;
    }

    /** Types this device does not carry out, each with the answer. */
    Map<CommandType, Refusal> refused();

    /** Turns the device off; returns before it is. */
    void powerOff();

    /** Another one after each start of the device, the same until then. */
    String bootId();
}
