package dev.fovea.roles;

import java.util.Set;
import org.springframework.core.env.Environment;

/** The services that run in this process. */
public record ActiveRoles(Set<ServiceRole> roles) {
  public ActiveRoles {
    roles = Set.copyOf(roles);
  }

  /** Reads {@code roles}; unset means all. */
  public static ActiveRoles of(Environment environment) {
    return new ActiveRoles(OnRole.active(environment));
  }

  public boolean contains(ServiceRole role) {
    return roles.contains(role);
  }
}
