package io.kubemdm.agent.wipe;

import java.util.List;

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
}
