package dev.fovea.datasets.versions;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.QualityReport;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** What the gate saw in each version. */
@Repository
public class QualityReports {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JdbcClient db;

  QualityReports(JdbcClient db) {
    this.db = db;
  }

  /** The report of a version; absent for versions from before there were any. */
  public Optional<QualityReport> find(Name project, Name dataset, Digest version) {
    return db.sql(
            "select report from datasets.quality_report where project = :project and dataset = :dataset and digest = :digest")
        .param("project", project.text())
        .param("dataset", dataset.text())
        .param("digest", version.toString())
        .query((row, _) -> JSON.readValue(row.getString("report"), QualityReport.class))
        .optional();
  }

  /** Keeps the report of a version that was just added. */
  void add(DatasetVersion version, QualityReport report) {
    db.sql(
            """
            insert into datasets.quality_report (project, dataset, digest, report)
            values (:project, :dataset, :digest, :report::jsonb)
            """)
        .param("project", version.project().text())
        .param("dataset", version.dataset().text())
        .param("digest", version.digest().toString())
        .param("report", JSON.writeValueAsString(report))
        .update();
  }
}
