package dev.fovea.datasets;

import dev.fovea.testkit.ApiRules;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

class DatasetsInOneProcessTest extends DatasetsContract {
  @Autowired private ApplicationContext application;

  @Override
  <A> A api(String who, Class<A> api) {
    var bean = application.getBean(api);
    return api.cast(
        Proxy.newProxyInstance(
            api.getClassLoader(),
            new Class<?>[] {api},
            (_, method, arguments) -> {
              try {
                return as(who, () -> method.invoke(bean, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Test
  void everyProblemCanTravel() {
    ApiRules.assertProblemsTravel(
        Annotation.class,
        Datasets.class,
        Frames.class,
        ImageHistories.class,
        PipelineStages.class,
        Projects.class,
        SignedVersions.class);
  }
}
