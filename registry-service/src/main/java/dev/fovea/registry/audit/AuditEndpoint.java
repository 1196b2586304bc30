package dev.fovea.registry.audit;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.AuditLog;
import dev.fovea.roles.Callers;
import java.util.List;
import org.springframework.web.bind.annotation.RestController;

/** Shows the audit log. */
@RestController
class AuditEndpoint implements AuditLog {
  private static final int MOST = 500;

  private final AuditRows rows;

  AuditEndpoint(AuditRows rows) {
    this.rows = rows;
  }

  @Override
  public List<Audited> newest(Name project, int limit) {
    if (limit < 1 || limit > MOST) {
      throw new InvalidRequest(
          "limit: %d (expected: 1 to %d)".formatted(limit, MOST), "give a limit in this range");
    }
    return rows.newest(project.text(), Callers.current().everywhere(), limit);
  }

  @Override
  public Verification verify(Name project) {
    return rows.verify();
  }
}
