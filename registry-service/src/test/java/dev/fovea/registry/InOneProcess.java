package dev.fovea.registry;

import dev.fovea.kernel.Caller;
import dev.fovea.roles.Callers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.springframework.context.ApplicationContext;

/** An API as a caller in the same process calls it: the bean, without a network. */
final class InOneProcess {
  private InOneProcess() {}

  static <A> A api(ApplicationContext application, Caller caller, Class<A> api) {
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
}
