package io.kubemdm.crds.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** A day of the week on which a window opens. */
public enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Day of(String name) {
        return EnumNames.find(Day.class, name, Unrecognised);
    }
}
