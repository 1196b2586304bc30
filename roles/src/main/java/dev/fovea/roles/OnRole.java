package dev.fovea.roles;

import java.lang.annotation.Annotation;
import java.util.EnumSet;
import java.util.Set;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Reads which roles run here and where the others are said to run. */
abstract class OnRole extends SpringBootCondition {
  private final Class<? extends Annotation> annotation;

  private OnRole(Class<? extends Annotation> annotation) {
    this.annotation = annotation;
  }

  static Set<ServiceRole> active(Environment environment) {
    return Binder.get(environment)
        .bind("roles", Bindable.setOf(ServiceRole.class))
        .orElseGet(() -> EnumSet.allOf(ServiceRole.class));
  }

  abstract boolean matches(Environment environment, ServiceRole role);

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    var role = metadata.getAnnotations().get(annotation).getEnum("value", ServiceRole.class);
    return new ConditionOutcome(
        matches(context.getEnvironment(), role),
        ConditionMessage.forCondition(annotation).because("of role " + role.id()));
  }

  static final class Active extends OnRole {
    Active() {
      super(ConditionalOnRole.class);
    }

    @Override
    boolean matches(Environment environment, ServiceRole role) {
      return active(environment).contains(role);
    }
  }

  static final class Remote extends OnRole {
    Remote() {
      super(ConditionalOnRemoteRole.class);
    }

    @Override
    boolean matches(Environment environment, ServiceRole role) {
      return !active(environment).contains(role)
          && environment.containsProperty("spring.http.serviceclient." + role.id() + ".base-url");
    }
  }
}
