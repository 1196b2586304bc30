package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Caller;
import dev.fovea.registry.Run.MetricPoint;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

class RunViewsInOneProcessTest extends RunViewsContract {
  @Autowired private ApplicationContext application;

  @Override
  <A> A api(Caller caller, Class<A> api) {
    return InOneProcess.api(application, caller, api);
  }

  @Test
  void tenThousandKeysAndHalfAMillionPointsHaveAnswersWithBounds() {
    var run = mlflow.run("0", "large");
    var client = JdbcClient.create(database);
    client
        .sql(
            """
            insert into registry.metric (run, key, at_ms, step, value, is_nan)
            select ?, 'layer/' || k || '/grad', s, s, sin(s * k), false
            from generate_series(1, 9999) k, generate_series(0, 4) s
            union all
            select ?, 'loss', s, s, 1.0 / (1 + s % 100), false
            from generate_series(0, 500049) s
            """)
        .params(run, run)
        .update();
    client
        .sql(
            """
            insert into registry.latest_metric (run, place, key, value, at_ms, step, is_nan, charted_ms, charted_step)
            select distinct on (m.run, m.key) m.run, e.place, m.key, m.value, m.at_ms, m.step, m.is_nan, 0, 0
            from registry.metric m join registry.run r on r.id = m.run
            join registry.experiment e on e.project = r.project and e.id = r.experiment
            where m.run = ? order by m.run, m.key, m.step desc
            """)
        .params(run)
        .update();
    client.sql("analyze registry.metric").update();
    client
        .sql(
            "update registry.metric set value = 1e6 where run = ? and key = 'loss' and step = 345678")
        .params(run)
        .update();
    var keys = views.keys(project, run, "", "", "", 12);
    assertThat(keys.total()).isEqualTo(10_000);
    assertThat(keys.keys()).hasSize(12);
    var listed = views.newest(project, 500, 3).getFirst();
    assertThat(listed.run().metrics()).hasSize(3);
    assertThat(listed.metrics()).isEqualTo(RunExcerpt.COUNTED);
    var loss =
        views
            .curves(project, "loss", List.of(run), Long.MIN_VALUE, Long.MAX_VALUE, 240, 0.99)
            .getFirst();
    assertThat(loss.points()).isEqualTo(500_050);
    assertThat(loss.drawn()).hasSizeLessThanOrEqualTo(240);
    assertThat(loss.drawn()).extracting(MetricPoint::value).contains(1e6);
    assertThat(loss.smoothed()).hasSameSizeAs(loss.drawn());
  }

  @Test
  void veryManyPointsKeepTheirSpikesAndTheirNaNWhetherTheirStepsDifferOrNot() {
    var run = mlflow.run("0", "many");
    JdbcClient.create(database)
        .sql(
            """
            insert into registry.metric (run, key, at_ms, step, value, is_nan)
            select ?, 'wide', s, s - 10000, case when s = 7777 then 900 when s = 9999 then 0 else s % 7 end, s = 9999
            from generate_series(0, 20999) s
            union all
            select ?, 'narrow', s, 5, case when s = 7777 then -900 else s % 7 end, false
            from generate_series(0, 20999) s
            """)
        .params(run, run)
        .update();
    var wide = curve(run, "wide");
    assertThat(wide.points()).isEqualTo(21_000);
    assertThat(wide.drawn()).hasSizeBetween(150, 240);
    assertThat(wide.drawn())
        .extracting(MetricPoint::step)
        .startsWith(-10_000L)
        .endsWith(10_999L)
        .contains(-2_223L, -1L);
    assertThat(wide.drawn()).extracting(MetricPoint::value).contains(900.0, Double.NaN);
    assertThat(wide.smoothed()).hasSameSizeAs(wide.drawn()).doesNotContain(Double.NaN);
    var narrow = curve(run, "narrow");
    assertThat(narrow.drawn()).hasSizeBetween(150, 240);
    assertThat(narrow.drawn()).extracting(MetricPoint::value).contains(-900.0);
  }

  private Curve curve(String run, String key) {
    return views
        .curves(project, key, List.of(run), Long.MIN_VALUE, Long.MAX_VALUE, 240, 0.5)
        .getFirst();
  }
}
