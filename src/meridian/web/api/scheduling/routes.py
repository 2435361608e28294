"""The routes, put together from those of each part."""

from fastapi import APIRouter

from meridian.web.api.scheduling import apparatus, diary, lists, open_links, settings

router = APIRouter()
for _part in (diary, settings, apparatus, lists, open_links):
    router.include_router(_part.router)
