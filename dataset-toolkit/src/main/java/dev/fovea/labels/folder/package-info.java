/** Classes by place, as torchvision's ImageFolder has them. */
@NullMarked
package dev.fovea.labels.folder;

import org.jspecify.annotations.NullMarked;
