package dev.fovea.roles;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Conditional;

/**
 * Only where this service runs in another process and {@code
 * spring.http.serviceclient.<role>.base-url} says where.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnRole.Remote.class)
public @interface ConditionalOnRemoteRole {
  ServiceRole value();
}
