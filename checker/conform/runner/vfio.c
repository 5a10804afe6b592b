/*
 * PCI devices that are bound to vfio-pci.  A group can be opened once at a time, so a device is opened
 * for its first region and lasts until the sequence ends.  All of it happens in the steward.
 */

#define VFIO_DEVICES_MAX 4
#define PCI_COMMAND 4
#define PCI_COMMAND_MEMORY 2

static struct vfio_device {
	char address[32];
	int container, group, fd;
} vfio_devices[VFIO_DEVICES_MAX];
static int vfio_device_count;
static int vfio_device_of[OBJECTS_MAX]; /* index into vfio_devices + 1; 0 is none */

/* The group's file is called noiommu-N where there is no IOMMU. */
static int vfio_open_group(const char *address, bool *noiommu)
{
	char path[128], target[256];
	const char *number;
	ssize_t n;

	snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/iommu_group", address);
	n = readlink(path, target, sizeof target - 1);
	if (n < 0)
		return -1;
	target[n] = 0;
	number = strrchr(target, '/') ? strrchr(target, '/') + 1 : target;
	snprintf(path, sizeof path, "/dev/vfio/%.32s", number);
	int fd = open(path, O_RDWR | O_CLOEXEC);

	*noiommu = fd < 0 && errno == ENOENT;
	if (*noiommu) {
		snprintf(path, sizeof path, "/dev/vfio/noiommu-%.32s", number);
		fd = open(path, O_RDWR | O_CLOEXEC);
	}
	return fd;
}

static void vfio_close(struct vfio_device *device)
{
	close(device->fd);
	close(device->group);
	close(device->container);
}

static int vfio_open(struct vfio_device *device, const char *address)
{
	bool noiommu;

	*device = (struct vfio_device){ .fd = -1, .container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC) };
	snprintf(device->address, sizeof device->address, "%.31s", address);
	device->group = vfio_open_group(address, &noiommu);
	if (device->container >= 0 && device->group >= 0 &&
	    !ioctl(device->group, VFIO_GROUP_SET_CONTAINER, &device->container) &&
	    !ioctl(device->container, VFIO_SET_IOMMU, noiommu ? VFIO_NOIOMMU_IOMMU : VFIO_TYPE1v2_IOMMU))
		device->fd = ioctl(device->group, VFIO_GROUP_GET_DEVICE_FD, address);
	if (device->fd >= 0)
		return 0;
	int error = errno;

	vfio_close(device);
	errno = error;
	return -1;
}

static struct vfio_device *vfio_device_at(const char *address)
{
	for (int i = 0; i < vfio_device_count; i++)
		if (!strcmp(vfio_devices[i].address, address))
			return &vfio_devices[i];
	if (vfio_device_count == VFIO_DEVICES_MAX) {
		errno = ENFILE;
		return NULL;
	}
	if (vfio_open(&vfio_devices[vfio_device_count], address))
		return NULL;
	return &vfio_devices[vfio_device_count++];
}

static int vfio_region(int fd, int index, struct vfio_region_info *info)
{
	*info = (struct vfio_region_info){ .argsz = sizeof *info, .index = index };
	return ioctl(fd, VFIO_DEVICE_GET_REGION_INFO, info);
}

/* The memory bit of the command register: without it, an access gets SIGBUS. */
static int vfio_set_memory(int fd, bool on)
{
	struct vfio_region_info config;
	uint16_t command;

	if (vfio_region(fd, VFIO_PCI_CONFIG_REGION_INDEX, &config) ||
	    pread(fd, &command, sizeof command, config.offset + PCI_COMMAND) != sizeof command)
		return -1;
	command = on ? command | PCI_COMMAND_MEMORY : command & ~PCI_COMMAND_MEMORY;
	return pwrite(fd, &command, sizeof command, config.offset + PCI_COMMAND) == sizeof command ? 0 : -1;
}

static int vfio_object(const struct operation *op, struct object *object)
{
	struct vfio_device *device = vfio_device_at(op->path);
	struct vfio_region_info region;

	if (!device || vfio_region(device->fd, op->bar, &region) || vfio_set_memory(device->fd, true))
		return -1;
	*object = (struct object){ .fd = device->fd, .pages = region.size / PAGE_SIZE, .offset = region.offset };
	vfio_device_of[op->object] = device - vfio_devices + 1;
	return 0;
}

static int vfio_memory(const struct operation *op)
{
	int device = vfio_device_of[op->object];

	if (!device) {
		errno = ENODEV;
		return -1;
	}
	return vfio_set_memory(vfio_devices[device - 1].fd, op->on);
}

static void vfio_close_all(void)
{
	while (vfio_device_count)
		vfio_close(&vfio_devices[--vfio_device_count]);
	memset(vfio_device_of, 0, sizeof vfio_device_of);
}
