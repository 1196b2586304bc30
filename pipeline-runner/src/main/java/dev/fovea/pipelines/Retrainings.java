package dev.fovea.pipelines;

import dev.fovea.kernel.Name;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** Retrainings; a dataset version that comes from annotation starts one by itself. */
@HttpExchange("/api/v1/projects/{project}/retrainings")
public interface Retrainings {
  /** Newest first, at most 100. */
  @GetExchange
  List<Retraining> retrainings(@PathVariable("project") Name project);
}
