"""The pictures that are measured: real ones beside the repository, else what is at hand."""

from lib.machine import REPOSITORY
from lib.small_images import draw_folder

SHARED = REPOSITORY.parent / "shared" / "data"


def photographs(given=None):
    """The folder of photographs."""
    if given is not None:
        return given
    if (SHARED / "photos").is_dir():
        return SHARED / "photos"
    print("../shared/data/photos is not here: measuring with sample_data, whose figures differ.")
    return REPOSITORY / "sample_data"


def small_images(work, given=None):
    """The folder of images of 32 x 32; where there is none they are drawn in `work`."""
    if given is not None:
        return given
    cifar = SHARED / "cifar100-subset" / "train"
    if cifar.is_dir():
        return cifar
    print("../shared/data/cifar100-subset is not here: drawing 2,500 images of its size.")
    draw_folder(work / "drawn", 2500)
    return work / "drawn"
