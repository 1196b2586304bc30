package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.store.NoSuchObject;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/** Frames from production. */
@HttpExchange("/api/v1/projects/{project}/frames")
public interface Frames {
  /**
   * Keeps frames whose images are in the object store already; one that is known is left as it is.
   * At most 1,000 at once.
   */
  @PostExchange
  void capture(@PathVariable("project") Name project, @RequestBody List<Frame> frames)
      throws InvalidRequest, NoSuchThing, NoSuchObject;

  /** The newest frames first, at most {@code limit} (1 to 500). */
  @GetExchange
  List<Frame> newest(
      @PathVariable("project") Name project,
      @RequestParam(name = "limit", defaultValue = "50") int limit)
      throws InvalidRequest;

  /** One frame by its image. */
  @GetExchange("/{image}")
  Frame frame(@PathVariable("project") Name project, @PathVariable("image") Digest image)
      throws NoSuchThing;

  /** How many there are. */
  @GetExchange("/-/count")
  long count(@PathVariable("project") Name project);
}
