package dev.fovea.roles.wire;

import dev.fovea.roles.ServiceRole;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.service.annotation.HttpExchange;

/**
 * Explains a start that fails because an active role needs a service that runs neither here nor at
 * a known address.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingServiceAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {
  @Override
  protected @Nullable FailureAnalysis analyze(Throwable root, NoSuchBeanDefinitionException cause) {
    var missing = cause.getBeanType();
    if (missing == null || !missing.isAnnotationPresent(HttpExchange.class)) {
      return null;
    }
    // A service's API lies in the package of its name: dev.fovea.registry.Models belongs to
    // registry.
    var role =
        Arrays.stream(ServiceRole.values())
            .map(ServiceRole::id)
            .filter(List.of(missing.getPackageName().split("\\.", -1))::contains)
            .findFirst()
            .orElse("<role>");
    return new FailureAnalysis(
        "An active role needs %s, and the role %s isn't active in this process."
            .formatted(missing.getSimpleName(), role),
        "Add %s to --roles, or say where it runs: --spring.http.serviceclient.%s.base-url=http://…"
            .formatted(role, role),
        cause);
  }
}
