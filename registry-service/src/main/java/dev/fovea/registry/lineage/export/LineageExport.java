package dev.fovea.registry.lineage.export;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Streams what lies around a thing, in a form that other tools read. */
@RestController
class LineageExport {
  private final ExportRows rows;

  LineageExport(ExportRows rows) {
    this.rows = rows;
  }

  @GetMapping("/api/v1/projects/{project}/lineage/{digest}/export")
  void export(
      @PathVariable("project") Name project,
      @PathVariable("digest") Digest digest,
      @RequestParam(name = "format", defaultValue = "") String format,
      @RequestParam(name = "direction", defaultValue = "both") String direction,
      HttpServletResponse response)
      throws IOException {
    if (!format.equals("prov") && !format.equals("openlineage")) {
      throw new InvalidRequest(
          "format: '%s' (expected: prov or openlineage)".formatted(Text.excerpt(format)),
          "give one of them");
    }
    var way =
        Arrays.stream(Direction.values())
            .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(direction))
            .findFirst()
            .orElseThrow(() ->
                new InvalidRequest(
                    "direction: '%s' (expected: back, onward or both)"
                        .formatted(Text.excerpt(direction)),
                    "give one of them"));
    if (rows.labels(project, List.of(digest)).isEmpty()) {
      throw new NoSuchThing(
          "thing with the digest",
          digest.toString(),
          "find it by name: fovea why <name>, or compare the digits");
    }
    var graph = ExportedGraph.read(rows, project, digest, way);
    response.setIntHeader("Fovea-Arrows", graph.arrows().size());
    response.setIntHeader("Fovea-Returning", graph.returning().size());
    response.setIntHeader("Fovea-Cut", graph.cut().size());
    if (format.equals("prov")) {
      response.setContentType("application/json");
      ProvJson.write(graph, response.getOutputStream());
    } else {
      response.setContentType("application/x-ndjson");
      OpenLineageEvents.write(graph, response.getOutputStream());
    }
  }
}
