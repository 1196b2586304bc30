package dev.fovea.registry;

import dev.fovea.kernel.Caller;
import dev.fovea.roles.Callers;
import dev.fovea.testkit.ApiRules;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

class RegistryInOneProcessTest extends RegistryContract {
  @Autowired private ApplicationContext application;

  @Override
  <A> A api(Caller caller, Class<A> api) {
    var bean = application.getBean(api);
    return api.cast(
        Proxy.newProxyInstance(
            api.getClassLoader(),
            new Class<?>[] {api},
            (_, method, arguments) -> {
              try {
                return Callers.as(caller, () -> method.invoke(bean, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Test
  void everyProblemCanTravel() {
    ApiRules.assertProblemsTravel(
        Runs.class, Models.class, SignedModels.class, Lineage.class, AuditLog.class, Access.class);
  }
}
