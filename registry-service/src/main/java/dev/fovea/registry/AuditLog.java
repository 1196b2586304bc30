package dev.fovea.registry;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** Who did what. Rows are appended, never changed. */
@HttpExchange("/api/v1/projects/{project}/audit")
public interface AuditLog {
  /** Newest first, at most {@code limit} (1 to 500). */
  @GetExchange
  List<Audited> newest(
      @PathVariable("project") Name project,
      @RequestParam(name = "limit", defaultValue = "100") int limit)
      throws InvalidRequest;

  /** Whether the chain of hashes over all rows holds. */
  @GetExchange("/verification")
  Verification verify(@PathVariable("project") Name project);

  /**
   * What a check of the chain found.
   *
   * @param rows how many were read
   * @param firstBad the first row whose hash is wrong, from 1; 0 where all hold
   */
  record Verification(long rows, long firstBad) {}
}
