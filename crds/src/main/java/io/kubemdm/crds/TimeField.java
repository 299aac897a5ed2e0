package io.kubemdm.crds;

import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A moment in RFC 3339, read by {@link java.time.Instant#parse}; the schema says {@code format: date-time}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@JacksonAnnotationsInside
@Size(max = Formats.TIME_MAX) @Pattern(Formats.TIME) public @interface TimeField {}
