/** Data of other repositories, and folders for those who have none. */
@NullMarked
package dev.fovea.dvc.exchange;

import org.jspecify.annotations.NullMarked;
