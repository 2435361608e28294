"""Identity."""


class Service: ...
